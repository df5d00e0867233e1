"""达标还差什么: the least effort that reaches a level or so many points. ``least`` is the door, ``said`` its words."""
