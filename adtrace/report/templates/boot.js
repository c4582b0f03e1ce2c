"use strict";
// Before anything is drawn: what folds and filters only does so where the script can unfold it again.
document.documentElement.classList.add("js");
