//! Every area and worker in one process on embedded storage.
