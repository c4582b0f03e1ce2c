"""The invented web: its generator, its loopback server and its answer key."""

from adtrace.demo.key import save_key
from adtrace.demo.server import DemoServer
from adtrace.demo.world import World, build_world

__all__ = ["DemoServer", "World", "build_world", "save_key"]
