package io.github.matrixone.spring.boot.autoconfigure;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

@AnalyzeClasses(packages = "io.github.matrixone.spring.boot.autoconfigure",
		importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	@ArchTest
	static final ArchRule hasNoPackageCycles = SlicesRuleDefinition.slices()
		.matching("io.github.matrixone.spring.boot.(**)")
		.should()
		.beFreeOfCycles();

}
