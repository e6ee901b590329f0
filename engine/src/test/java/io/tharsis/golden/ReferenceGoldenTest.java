package io.tharsis.golden;

import io.tharsis.Session;
import io.tharsis.engine.reference.ReferenceEngine;
import io.tharsis.kernels.scalar.ScalarKernel;

class ReferenceGoldenTest extends GoldenContract {
    @Override
    Session open() {
        return Session.over(new ReferenceEngine(ScalarKernel::of), false);
    }
}
