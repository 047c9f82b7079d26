"""How fast is it, and does it stay so?"""
