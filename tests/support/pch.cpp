// The unit that carries the precompiled header.
