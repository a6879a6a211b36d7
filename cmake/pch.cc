// The unit that owns the precompiled header (cmake/dependencies.cmake).
