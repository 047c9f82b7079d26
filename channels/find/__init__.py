"""By which way does somebody find help who would rather look than chat?"""
