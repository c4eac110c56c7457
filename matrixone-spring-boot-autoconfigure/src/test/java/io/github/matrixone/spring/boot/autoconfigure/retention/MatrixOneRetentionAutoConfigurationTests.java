package io.github.matrixone.spring.boot.autoconfigure.retention;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.github.matrixone.spring.boot.autoconfigure.MatrixOneAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.MatrixOneDataSourceAutoConfiguration;
import io.github.matrixone.spring.boot.autoconfigure.simulator.MatrixOneSimulatorAutoConfiguration;
import io.github.matrixone.spring.branch.Branch;
import io.github.matrixone.spring.branch.BranchAge;
import io.github.matrixone.spring.branch.BranchNote;
import io.github.matrixone.spring.branch.BranchNotes;
import io.github.matrixone.spring.branch.BranchOperations;
import io.github.matrixone.spring.branch.BranchRetention;
import io.github.matrixone.spring.snapshot.RetentionPolicy;
import io.github.matrixone.spring.snapshot.Snapshot;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotRetention;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.atLeastOnce;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;

@ExtendWith(OutputCaptureExtension.class)
class MatrixOneRetentionAutoConfigurationTests {

	private static final String EACH_SECOND = "matrixone.retention.schedule=* * * * * *";

	private static final String PREFIX = "matrixone.retention.policies[0].prefix=nightly_";

	private static final String MAX_AGE = "matrixone.retention.policies[0].max-age=1ms";

	private static final String BRANCHES = "matrixone.branches.retention.";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
				MatrixOneDataSourceAutoConfiguration.class, MatrixOneAutoConfiguration.class,
				MatrixOneSimulatorAutoConfiguration.class, MatrixOneRetentionAutoConfiguration.class));

	@Test
	void dropsNothingByItself() {
		this.runner.withPropertyValues(PREFIX, MAX_AGE)
			.run((context) -> assertThat(context).hasSingleBean(SnapshotRetention.class)
				.doesNotHaveBean(RetentionSchedule.class));
	}

	@Test
	void saysThatNothingIsPrunedWithoutADataSource(CapturedOutput output) {
		ApplicationContextRunner without = new ApplicationContextRunner().withConfiguration(
				AutoConfigurations.of(MatrixOneAutoConfiguration.class, MatrixOneRetentionAutoConfiguration.class));
		without.run((context) -> assertThat(output).doesNotContain("nothing is pruned"));
		without.withPropertyValues(EACH_SECOND, BRANCHES + "schedule=* * * * * *")
			.run((context) -> assertThat(output).contains("matrixone.retention.schedule is set, and nothing is pruned")
				.contains(BRANCHES + "schedule is set, and nothing is pruned"));
	}

	@Test
	void dropsWhatHasExpiredOnSchedule() {
		this.runner
			.withPropertyValues(EACH_SECOND, PREFIX, MAX_AGE, "matrixone.retention.policies[0].protect=nightly_kept")
			.run((context) -> {
				SnapshotOperations snapshots = context.getBean(SnapshotOperations.class);
				Snapshot kept = take(snapshots, "nightly_kept");
				Snapshot other = take(snapshots, "by_hand");
				take(snapshots, "nightly_1");
				Snapshot newest = take(snapshots, "nightly_2");
				await().atMost(Duration.ofSeconds(20))
					.untilAsserted(() -> assertThat(snapshots.list()).containsExactly(newest, other, kept));
			});
	}

	@Test
	void followsPoliciesThatAreBeans() {
		this.runner.withPropertyValues(PREFIX, "matrixone.retention.policies[0].max-age=30")
			.withBean(RetentionPolicy.class, () -> RetentionPolicy.of("hourly_", Duration.ofNanos(1)).keepAtLeast(0))
			.run((context) -> {
				SnapshotOperations snapshots = context.getBean(SnapshotOperations.class);
				take(snapshots, "hourly_1");
				Snapshot young = take(snapshots, "nightly_1");
				context.getBean(SnapshotRetention.class).prune();
				assertThat(snapshots.list()).containsExactly(young);
			});
	}

	@Test
	void leavesWhatIsInAnotherDataSource() {
		SnapshotOperations archive = mock(SnapshotOperations.class);
		this.runner.withPropertyValues(PREFIX, MAX_AGE)
			.withBean("archiveSnapshots", SnapshotOperations.class, () -> archive)
			.run((context) -> {
				context.getBean(SnapshotRetention.class).prune();
				verifyNoInteractions(archive);
			});
	}

	@Test
	void triesAgainWhereTheServerIsNotThere(CapturedOutput output) {
		this.runner
			.withPropertyValues(EACH_SECOND, PREFIX, MAX_AGE,
					"spring.datasource.url=jdbc:mysql://127.0.0.1:1/shop?connectTimeout=1000",
					"spring.datasource.hikari.initialization-fail-timeout=-1",
					"spring.datasource.hikari.connection-timeout=1000")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				await().atMost(Duration.ofSeconds(20))
					.untilAsserted(() -> assertThat(output).contains("Expired snapshots were not removed"));
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "matrixone.retention.schedule=hourly", "matrixone.retention.policies[0].prefix=",
			"matrixone.retention.policies[0].max-age=0", "matrixone.retention.policies[0].keep-at-least=-1",
			"matrixone.retention.policies[0].protect=a b" })
	void refusesAtTheStartWhatCannotBeMeant(String property) {
		this.runner.withPropertyValues(EACH_SECOND, PREFIX, MAX_AGE, property)
			.run((context) -> assertThat(context).getFailure()
				.hasRootCauseInstanceOf(InvalidConfigurationPropertyValueException.class));
	}

	@Test
	void backsOffFromOneOfTheApplication() {
		this.runner
			.withBean("mine", SnapshotRetention.class,
					() -> new SnapshotRetention(mock(SnapshotOperations.class), List.of()))
			.run((context) -> assertThat(context).hasSingleBean(SnapshotRetention.class).hasBean("mine"));
	}

	@Test
	void deletesNoBranchByItself() {
		this.runner.withPropertyValues(BRANCHES + "policies[0].prefix=review_", BRANCHES + "policies[0].max-age=30")
			.run((context) -> assertThat(context).hasSingleBean(BranchRetention.class)
				.doesNotHaveBean(RetentionSchedule.class));
	}

	@Test
	void deletesExpiredBranchesOnSchedule() {
		BranchOperations branches = mock();
		Branch branch = new Branch(TableName.of("shop", "draft_a"), TableName.of("shop", "item"), Instant.EPOCH, false,
				"2", "1");
		given(branches.ages()).willReturn(List.of(new BranchAge(branch, Instant.EPOCH)));
		this.runner.withBean(BranchOperations.class, () -> branches)
			.withPropertyValues(BRANCHES + "schedule=* * * * * *", BRANCHES + "policies[0].database=shop",
					BRANCHES + "policies[0].prefix=draft_", BRANCHES + "policies[0].max-age=30",
					BRANCHES + "policies[0].also-unmerged=true")
			.run((context) -> {
				assertThat(context).hasSingleBean(RetentionSchedule.class);
				await().atMost(Duration.ofSeconds(20))
					.untilAsserted(() -> verify(branches, atLeastOnce()).deleteTable(eq(branch), any()));
			});
	}

	@Test
	void goesByTheNotesOnBranchesIfThereAreAny() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(BranchNotes.class));
		Branch branch = new Branch(TableName.of("shop", "by_hand"), TableName.of("shop", "item"), Instant.EPOCH, false,
				"1", "2");
		BranchOperations branches = mock();
		given(branches.ages()).willReturn(List.of(new BranchAge(branch, Instant.EPOCH)));
		BranchNotes notes = mock();
		given(notes.all())
			.willReturn(Map.of(branch, BranchNote.of("ada", "x").keepUntil(Instant.parse("9999-01-01T00:00:00Z"))));
		this.runner.withBean(BranchOperations.class, () -> branches)
			.withBean(BranchNotes.class, () -> notes)
			.withPropertyValues("matrixone.branches.notes=true")
			.run((context) -> assertThat(context.getBean(BranchRetention.class).plan().decisions()).hasSize(1));
		this.runner.withPropertyValues("matrixone.branches.notes=true")
			.run((context) -> assertThat(context).hasSingleBean(BranchNotes.class));
	}

	@Test
	void triesAgainWhereBranchesCannotBeHad(CapturedOutput output) {
		this.runner
			.withPropertyValues(BRANCHES + "schedule=* * * * * *", BRANCHES + "policies[0].prefix=review_",
					BRANCHES + "policies[0].max-age=30")
			.run((context) -> await().atMost(Duration.ofSeconds(20))
				.untilAsserted(
						() -> assertThat(output).contains("Expired branches were not removed, until the next run")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "schedule=hourly", "policies[0].prefix=", "policies[0].max-age=0",
			"policies[0].warn-before=-1" })
	void refusesAtTheStartWhatCannotBeMeantOfBranches(String property) {
		this.runner
			.withPropertyValues(BRANCHES + "schedule=0 0 0 1 1 *", BRANCHES + "policies[0].prefix=review_",
					BRANCHES + "policies[0].max-age=30", BRANCHES + property)
			.run((context) -> assertThat(context).getFailure()
				.hasRootCauseInstanceOf(InvalidConfigurationPropertyValueException.class));
	}

	private static Snapshot take(SnapshotOperations snapshots, String name) {
		return snapshots.create(SnapshotName.of(name), SnapshotScope.account());
	}

}
