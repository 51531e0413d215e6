#!/bin/sh
grep -qx "hello, world" "${0%/*}/src/greeting.txt"
