package io.tharsis.snippets;

// @start region="main"
import static io.tharsis.Tensors.*;

import io.tharsis.Tensor;

class Pi {
    static void main(String[] args) {
        Tensor points = uniform(10_000_000, 2);
        Tensor inside = sqrt(points.square().sum(1)).lt(1);
        System.out.println(inside);
        System.out.println(4 * inside.mean().item());
    }
}
// @end
