"""By which way does a visitor's message come in from a web page, and a reply go out?"""
