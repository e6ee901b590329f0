package io.tharsis.engine;

import io.tharsis.engine.plan.PlanKey;
import io.tharsis.engine.tile.Plan;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Plans by structure, the least recently used dropped first. Thread-safe. */
final class PlanCache {
    private final Map<PlanKey, Plan> plans;

    PlanCache(int capacity) {
        plans =
                new LinkedHashMap<>(64, 0.75f, true) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<PlanKey, Plan> eldest) {
                        return size() > capacity;
                    }
                };
    }

    /**
     * The plan of {@code key}; made outside the lock if it is new, so two threads may both make it.
     */
    Plan get(PlanKey key, Supplier<Plan> maker) {
        Plan plan;
        synchronized (plans) {
            plan = plans.get(key);
        }
        if (plan == null) {
            plan = maker.get();
            synchronized (plans) {
                plans.put(key, plan);
            }
        }
        return plan;
    }
}
