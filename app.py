"""The browser chat: python app.py [--workspace DIR] [--port N]. The same as `twin ui`."""

import sys

from twin.cli import main

if __name__ == "__main__":
    main(["ui", *sys.argv[1:]])
