"""``python -m atalaya`` is the ``atalaya`` command."""

from atalaya.cli.main import main

main()
