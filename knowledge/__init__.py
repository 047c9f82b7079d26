"""What help exists, and which of it fits this need?"""
