#include <assert.h>
#include <string.h>

#include "adder.h"

int main(void)
{
    assert(add(1, 2) == 3);
    return add(40, 2) == 42 ? 0 : 1;
}
