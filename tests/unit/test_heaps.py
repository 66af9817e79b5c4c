"""Few heaps, and what is free given back, as the C library and the system tell; each in a process of its own."""

import os
import platform
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the C library is not GNU's")

COUNT = """
import ctypes, sys, tempfile, threading
from aemodels import heaps
if sys.argv[1] == "few":
    heaps.keep_few()
c = ctypes.CDLL(None)
c.fopen.restype = ctypes.c_void_p
c.malloc.restype = ctypes.c_void_p
there = threading.Barrier(8)  # all alive at once: a heap is used again when its thread has ended
def work():
    c.malloc(1000)
    there.wait()
threads = [threading.Thread(target=work) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
with tempfile.NamedTemporaryFile() as file:
    opened = ctypes.c_void_p(c.fopen(file.name.encode(), b"w"))
    c.malloc_info(0, opened)
    c.fclose(opened)
    print(file.read().count(b"<heap nr="))
"""

FREE = """
import ctypes
from aemodels import heaps
from aemodels.training.memory import resident
c = ctypes.CDLL(None)
c.malloc.restype = ctypes.c_void_p
blocks = [c.malloc(64 * 1024) for _ in range(2000)]  # small enough to lie in a heap
[ctypes.memset(ctypes.c_void_p(block), 1, 64 * 1024) for block in blocks]
full = resident()
[c.free(ctypes.c_void_p(block)) for block in blocks[:-1]]  # the last one holds the heap's end
freed = resident()
heaps.give_back()
print(full, freed, resident())
"""


def told(code, *arguments):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return [int(word) for word in done.stdout.split()]


def test_threads_share_two_heaps():
    [few] = told(COUNT, "few")
    [many] = told(COUNT, "many")
    assert few <= 2 < many


def test_what_is_free_goes_back_to_the_system():
    full, freed, given_back = told(FREE)
    assert full - freed < 20e6  # nothing goes back by itself: one block at the end holds it all
    assert freed - given_back > 100e6
