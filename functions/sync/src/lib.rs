//! The function behind the synchronisation queue: reads the next page of a run, looks for clients
//! that are one, costs worked time anew.

pub use clearmargin_app::jobs::run;
