#include <assert.h>

#include "adder.h"

int main(void)
{
    assert(twice(4) == 8);
    return 0;
}
