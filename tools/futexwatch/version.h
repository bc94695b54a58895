/* SPDX-License-Identifier: GPL-2.0-only */
/* futexwatch - the version of the command */
#ifndef FUTEXWATCH_VERSION_H
#define FUTEXWATCH_VERSION_H

#define FUTEXWATCH_VERSION "0.1.0"

#endif /* FUTEXWATCH_VERSION_H */
