"""What must not get into a twin: finding it, and what stands in its place. Below prepare, chat and evaluate; knows no files of theirs."""
