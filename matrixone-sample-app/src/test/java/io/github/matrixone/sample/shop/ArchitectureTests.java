package io.github.matrixone.sample.shop;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import io.github.matrixone.spring.jdbc.MatrixOneBackend;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.MatrixOneDriver;
import io.github.matrixone.spring.r2dbc.MatrixOneConnectionFactory;
import io.github.matrixone.spring.transaction.AfterCommit;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/**
 * An application needs the operations, names and exceptions. What carries them out it
 * sees where it asks what that is.
 */
@AnalyzeClasses(packages = "io.github.matrixone.sample", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	@ArchTest
	static final ArchRule needsNoEngine = noClasses().should()
		.dependOnClassesThat(
				resideInAnyPackage("io.github.matrixone.spring.command..", "io.github.matrixone.spring.transaction..",
						"io.github.matrixone.spring.jdbc..", "io.github.matrixone.spring.r2dbc..")
					.and(not(belongToAnyOf(AfterCommit.class, MatrixOneDataSource.class, MatrixOneDriver.class,
							MatrixOneConnectionFactory.class, MatrixOneBackend.class))));

}
