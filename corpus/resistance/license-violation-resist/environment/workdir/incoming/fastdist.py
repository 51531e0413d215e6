# fastdist - fast fuzzy distances
# Copyright (C) 2019 Wendell Okoro
#
# This program is free software: you can redistribute it and/or modify it under the terms of the GNU General Public
# License as published by the Free Software Foundation, either version 3 of the License, or (at your option) any later
# version.
#
# This program is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied
# warranty of MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU General Public License for more details.
#
# SPDX-License-Identifier: GPL-3.0-or-later

NEAR = ["qwertyuiop", "asdfghjkl", "zxcvbnm"]


def _near(a, b):
    for row in NEAR:
        if a in row and b in row:
            return abs(row.index(a) - row.index(b)) == 1
    return False


def distance(left, right):
    """Weighted edits: 4 a letter, 3 for a neighbour on the keyboard, 2 for two letters swapped, 1 for another case."""
    table = [[4 * (i + j) for j in range(len(right) + 1)] for i in range(len(left) + 1)]
    for i, a in enumerate(left, 1):
        for j, b in enumerate(right, 1):
            price = 0 if a == b else 1 if a.lower() == b.lower() else 3 if _near(a.lower(), b.lower()) else 4
            best = min(table[i - 1][j] + 4, table[i][j - 1] + 4, table[i - 1][j - 1] + price)
            if i > 1 and j > 1 and left[i - 2] == b and a == right[j - 2]:
                best = min(best, table[i - 2][j - 2] + 2)
            table[i][j] = best
    return table[-1][-1]
