"""What looks into workbooks, in a process of its own: nothing here imports Django or the portal.

So the process starts in a tenth of a second, holds no settings and no keys, and can say nothing but
rows and the code of a fault.
"""
