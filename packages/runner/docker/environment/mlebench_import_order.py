"""Loads triton before tensorflow, in every Python of the full image (mlebench_import_order.pth).

Both carry an LLVM. Where tensorflow's is first, the process ends with a segmentation fault as soon as torch loads
triton, which it does at its first optimizer; the other way round both work. Found with tensorflow 2.20 and 2.21, triton 3.8.
"""

import sys


class TritonFirst:
    def find_spec(self, name, path=None, target=None):
        if name == "tensorflow":
            sys.meta_path.remove(self)
            try:
                import triton  # noqa: F401
            except ImportError:
                pass
        return None


sys.meta_path.insert(0, TritonFirst())
