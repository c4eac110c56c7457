package io.github.matrixone.spring;

import java.sql.SQLException;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass.Predicates;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

@AnalyzeClasses(packages = "io.github.matrixone.spring", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	private static final String COMMAND = "io.github.matrixone.spring.command..";

	private static final String TRANSACTION = "io.github.matrixone.spring.transaction..";

	private static final String JDBC = "io.github.matrixone.spring.jdbc..";

	private static final String R2DBC = "io.github.matrixone.spring.r2dbc..";

	private static final String SNAPSHOT = "io.github.matrixone.spring.snapshot..";

	private static final String CLONE = "io.github.matrixone.spring.clone..";

	private static final String RESTORE = "io.github.matrixone.spring.restore..";

	private static final String CONTROL = "io.github.matrixone.spring.control..";

	private static final String PITR = "io.github.matrixone.spring.pitr..";

	private static final String BRANCH = "io.github.matrixone.spring.branch..";

	@ArchTest
	static final ArchRule needsNoSpringBoot = ArchRuleDefinition.noClasses()
		.should()
		.dependOnClassesThat()
		.resideInAPackage("org.springframework.boot..");

	@ArchTest
	static final ArchRule hasNoPackageCycles = SlicesRuleDefinition.slices()
		.matching("io.github.matrixone.spring.(**)")
		.should()
		.beFreeOfCycles();

	@ArchTest
	static final ArchRule blockingEngineDoesNotKnowTheReactiveOne = ArchRuleDefinition.noClasses()
		.that()
		.resideInAPackage(JDBC)
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage(R2DBC, "io.r2dbc..", "reactor..", "org.reactivestreams..");

	@ArchTest
	static final ArchRule reactiveEngineDoesNotKnowTheBlockingOne = ArchRuleDefinition.noClasses()
		.that()
		.resideInAPackage(R2DBC)
		.should()
		.dependOnClassesThat()
		.resideInAPackage(JDBC);

	@ArchTest
	static final ArchRule coreKnowsNoEngine = ArchRuleDefinition.noClasses()
		.that()
		.resideInAnyPackage(COMMAND, TRANSACTION)
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage(JDBC, R2DBC, "io.r2dbc..", "reactor..", "org.reactivestreams..",
				"org.springframework.jdbc..", "org.springframework.r2dbc..");

	@ArchTest
	static final ArchRule coreHasNoConnection = ArchRuleDefinition.noClasses()
		.that()
		.resideInAnyPackage(COMMAND, TRANSACTION)
		.should()
		.dependOnClassesThat(Predicates.resideInAnyPackage("java.sql..", "javax.sql..")
			.and(DescribedPredicate.not(Predicates.assignableTo(SQLException.class))));

	@ArchTest
	static final ArchRule snapshotsKnowNoOtherCapability = ArchRuleDefinition.noClasses()
		.that()
		.resideInAPackage(SNAPSHOT)
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage(CLONE, RESTORE, CONTROL, BRANCH, PITR);

	@ArchTest
	static final ArchRule clonesKnowNoOtherCapabilityThanSnapshots = ArchRuleDefinition.noClasses()
		.that()
		.resideInAPackage(CLONE)
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage(RESTORE, CONTROL, BRANCH, PITR);

	@ArchTest
	static final ArchRule branchesKnowNoOtherCapabilityThanSnapshots = ArchRuleDefinition.noClasses()
		.that()
		.resideInAPackage(BRANCH)
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage(CLONE, RESTORE, CONTROL, PITR);

	@ArchTest
	static final ArchRule restoresKnowNoOtherCapabilityThanSnapshots = ArchRuleDefinition.noClasses()
		.that()
		.resideInAPackage(RESTORE)
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage(CLONE, CONTROL, BRANCH, PITR);

	@ArchTest
	static final ArchRule pitrsKnowNoOtherCapabilityThanSnapshots = ArchRuleDefinition.noClasses()
		.that()
		.resideInAPackage(PITR)
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage(CLONE, RESTORE, CONTROL, BRANCH);

	@ArchTest
	static final ArchRule controlKnowsNoOtherCapability = ArchRuleDefinition.noClasses()
		.that()
		.resideInAPackage(CONTROL)
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage(SNAPSHOT, CLONE, RESTORE, BRANCH, PITR);

}
