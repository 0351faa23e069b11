"""The chapter of `monitor`."""
from mc.chapters._parts import Chapter, Table
from mc.material import Material


def chapter(material: Material) -> Chapter:
    return Chapter(material.stage, "monitor", ["tbd"], [Table("t", ["a"], [["1"]])], [], material.frames)
