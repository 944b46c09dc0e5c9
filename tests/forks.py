"""Run many command lines of `tf-tape`, each in a fork of one process that has torch imported.

    python tests/forks.py FOLDER < COMMANDS

COMMANDS is a JSON list of [arguments, text of the standard input]; FOLDER gets the files
NUMBER.out, NUMBER.err and NUMBER.code of each.
"""

import json
import os
import sys

from tf_tape_compat import _cli

folder = sys.argv[1]
for number, (arguments, text) in enumerate(json.load(sys.stdin)):
    name = os.path.join(folder, str(number))
    pid = os.fork()
    if pid == 0:
        with open(f"{name}.in", "w+") as stdin, open(f"{name}.out", "w") as stdout:
            stdin.write(text)
            stdin.seek(0)
            os.dup2(stdin.fileno(), 0)
            os.dup2(stdout.fileno(), 1)
        with open(f"{name}.err", "w") as stderr:
            os.dup2(stderr.fileno(), 2)
        sys.stdin = open(0)
        break
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with open(f"{name}.code", "w") as file:
        file.write(str(code))
else:
    sys.exit()

# Outside of the loop and of any function, so that the program's end is this process's own.
sys.exit(_cli.main(arguments))
