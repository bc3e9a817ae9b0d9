"""The parts of the recipe by which scripts/pretrain_base.py makes the small base model."""
