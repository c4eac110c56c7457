package io.github.matrixone.sample.shop;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass.Predicates;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;

import io.github.matrixone.spring.jdbc.MatrixOneBackend;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.MatrixOneDriver;
import io.github.matrixone.spring.r2dbc.MatrixOneConnectionFactory;
import io.github.matrixone.spring.transaction.AfterCommit;

/**
 * An application needs the operations, names and exceptions. What carries them out it
 * sees where it asks what that is.
 */
@AnalyzeClasses(packages = "io.github.matrixone.sample", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	@ArchTest
	static final ArchRule needsNoEngine = ArchRuleDefinition.noClasses()
		.should()
		.dependOnClassesThat(Predicates
			.resideInAnyPackage("io.github.matrixone.spring.command..", "io.github.matrixone.spring.transaction..",
					"io.github.matrixone.spring.jdbc..", "io.github.matrixone.spring.r2dbc..")
			.and(DescribedPredicate.not(Predicates.belongToAnyOf(AfterCommit.class, MatrixOneDataSource.class,
					MatrixOneDriver.class, MatrixOneConnectionFactory.class, MatrixOneBackend.class))));

}
