"""Base models and what they are given: nothing above this package loads one by itself.

Imported before any heavy library, and light itself.
"""

from __future__ import annotations

import logging
import sys
from importlib.abc import MetaPathFinder

# bitsandbytes, which peft imports, and transformers look for compiled code on the Hub through the package `kernels` wherever it
# happens to be installed. Code comes from what was installed only: they are told that there is no such package.
sys.modules.setdefault("kernels", None)  # type: ignore[arg-type]
# and bitsandbytes' warning that there is none would reach the terminal of whoever has a new enough processor
logging.getLogger("bitsandbytes.backends.cpu.ops").addFilter(lambda record: "gemm_4bit_forward" not in str(record.msg))


class _WithoutScikitLearn(MetaPathFinder):
    """Finds nothing; tells transformers that there is no scikit-learn before it imports that, which takes a quarter of a start.

    It would be for assisted decoding, which nothing here does. Whoever else imports scikit-learn has it.
    """

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        if fullname == "transformers.generation.candidate_generator":
            vars(sys.modules["transformers.utils"])["is_sklearn_available"] = lambda: False


sys.meta_path.insert(0, _WithoutScikitLearn())
