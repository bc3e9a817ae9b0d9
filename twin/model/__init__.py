"""Base models and what they are given: nothing above this package loads one by itself.

Imported before any heavy library, and light itself.
"""

import logging
import sys

# bitsandbytes, which peft imports, and transformers look for compiled code on the Hub through the package `kernels` wherever it
# happens to be installed. Code comes from what was installed only: they are told that there is no such package.
sys.modules.setdefault("kernels", None)  # type: ignore[arg-type]
# and bitsandbytes' warning that there is none would reach the terminal of whoever has a new enough processor
logging.getLogger("bitsandbytes.backends.cpu.ops").addFilter(lambda record: "gemm_4bit_forward" not in str(record.msg))
