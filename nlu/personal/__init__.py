"""Which pieces of a message tell who somebody is? One module a family of pieces; `nlu.redact` is the door."""
