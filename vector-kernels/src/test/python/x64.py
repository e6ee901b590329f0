#!/usr/bin/env python3
"""Makes src/test/resources/x64.txt: instructions, and what GNU objdump reads out of them.

    java -cp CLASSES:TEST-CLASSES io.tharsis.kernels.machine.X64Test | src/test/python/x64.py > src/test/resources/x64.txt

CLASSES and TEST-CLASSES are target/classes and target/test-classes with JUnit's jars. Needs objdump (binutils).
"""
import re
import subprocess
import sys
import tempfile


def main():
    codes = [bytes.fromhex(line.strip()) for line in sys.stdin]
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"".join(codes))
        file.flush()
        command = ["objdump", "-D", "-w", "-b", "binary", "-m", "i386:x86-64", file.name]
        listing = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    texts = []
    for line in listing.splitlines():
        found = re.match(r"\s*[0-9a-f]+:\t((?:[0-9a-f]{2} )+)\s*\t(.*)", line)
        if found:
            texts.append((found.group(1).replace(" ", ""), " ".join(found.group(2).split())))
    if [code.hex() for code in codes] != [code for code, _ in texts]:
        sys.exit("objdump finds other instructions than were written")
    for code, text in texts:
        print(code, text, sep="\t")


main()
