#!/bin/sh
# A program under valgrind: 99 for what it does to memory that it may not, or for memory that nothing points to. Without
# valgrind's door for debuggers, whose pipes would stay behind every program that a test kills.
exec valgrind --quiet --vgdb=no --error-exitcode=99 --leak-check=full --show-leak-kinds=definite \
    --errors-for-leak-kinds=definite "$@"
