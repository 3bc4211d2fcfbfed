"""Outside systems that have no test address of their own, each a process of its own. Standard library only.

They import nothing of the house and the house imports nothing of them: only the wire connects the two.
"""
