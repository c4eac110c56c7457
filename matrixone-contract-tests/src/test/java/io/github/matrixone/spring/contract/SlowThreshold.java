package io.github.matrixone.spring.contract;

import java.time.Duration;

/**
 * How long a command of the application under test may take before a warning names it.
 */
interface SlowThreshold {

	void set(Duration threshold);

}
