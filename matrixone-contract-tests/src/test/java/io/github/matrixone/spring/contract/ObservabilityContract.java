package io.github.matrixone.spring.contract;

import java.time.Duration;

import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.github.matrixone.spring.dao.SnapshotAlreadyExistsException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What can be seen of the commands from outside.
 */
@ExtendWith(OutputCaptureExtension.class)
abstract class ObservabilityContract extends Contract {

	@Autowired
	private TestObservationRegistry observations;

	@Autowired
	private SlowThreshold slowThreshold;

	@Test
	void observesEachCommand() {
		this.observations.clear();
		this.snapshots.create(SNAPSHOT, SCOPE);
		this.clones.cloneTable(ITEM, CLONE);
		TestObservationRegistryAssert.assertThat(this.observations)
			.hasAnObservationWithAKeyValue("command", "CreateSnapshot")
			.hasAnObservationWithAKeyValue("command", "CloneTable")
			.hasAnObservationWithAKeyValue("db.query.text",
					"CREATE TABLE `contract`.`ct_clone` CLONE `contract`.`item`");
		this.observations.clear();
		assertThatExceptionOfType(SnapshotAlreadyExistsException.class)
			.isThrownBy(() -> this.snapshots.create(SNAPSHOT, SCOPE));
		TestObservationRegistryAssert.assertThat(this.observations)
			.hasObservationWithNameEqualTo("matrixone.command")
			.that()
			.hasError();
	}

	@Test
	void warnsOfSlowCommandsWithoutAPassword(CapturedOutput output) {
		this.slowThreshold.set(Duration.ZERO);
		try {
			this.snapshots.create(SNAPSHOT, SCOPE);
		}
		finally {
			this.slowThreshold.set(null);
		}
		assertThat(output).contains("Slow command")
			.contains("CREATE SNAPSHOT `ct_snapshot` FOR DATABASE `contract`")
			.doesNotContainIgnoringCase("password");
	}

}
