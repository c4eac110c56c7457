package io.github.matrixone.spring.contract.docs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the pages of the guide name is there: links, types of this project, properties.
 * The scenarios with branches are what {@code BranchScenarioTests} runs.
 */
class GuideTests {

	private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

	private static final Path SCENARIOS = Path
		.of("src/test/java/io/github/matrixone/spring/contract/branch/BranchScenarios.java");

	private static final Pattern SAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

	private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#\\s]*)(?:#([^)\\s]*))?\\)");

	private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");

	private static final Pattern TYPE = Pattern.compile(
			"\\b(?:io\\.github\\.matrixone(?:\\.[a-z0-9]+)+\\.([A-Z]\\w+)|(MatrixOne[A-Z]\\w+|[A-Z]\\w+(?:Operations|Options|NotFoundException|MismatchException)))\\b");

	private static final Pattern PROPERTY = Pattern
		.compile("(?<![\\w.:/-])(matrixone(?:\\.[a-z][a-z-]*)+)(?![\\w.(/-]|://)");

	private static final Set<String> TYPES_OF_OTHERS = Set.of("MatrixOneDB", "TransactionOperations", "JdbcOperations",
			"ClassNotFoundException");

	static Stream<Path> pages() throws IOException {
		try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
			List<Path> pages = files.filter((file) -> file.toString().endsWith(".md")).toList();
			return Stream.concat(Stream.of("README.md", "CONTRIBUTING.md", "SECURITY.md").map(ROOT::resolve),
					pages.stream());
		}
	}

	@ParameterizedTest
	@MethodSource("pages")
	void linksLeadSomewhere(Path page) throws IOException {
		for (MatchResult link : LINK.matcher(Files.readString(page)).results().toList()) {
			Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1)).normalize();
			assertThat(target).as("%s of %s", link.group(), page).exists();
			if (link.group(2) != null) {
				assertThat(anchors(target)).as("%s of %s", link.group(), page).contains(link.group(2));
			}
		}
	}

	@ParameterizedTest
	@MethodSource("pages")
	void typesAreThere(Path page) throws IOException {
		Set<String> named = TYPE.matcher(Files.readString(page))
			.results()
			.map((type) -> (type.group(1) != null) ? type.group(1) : type.group(2))
			.collect(Collectors.toCollection(TreeSet::new));
		named.removeAll(TYPES_OF_OTHERS);
		assertThat(sources()).containsAll(named);
	}

	@ParameterizedTest
	@MethodSource("pages")
	void propertiesAreThere(Path page) throws IOException {
		Set<String> named = PROPERTY.matcher(Files.readString(page))
			.results()
			.map((property) -> property.group(1))
			.collect(Collectors.toCollection(TreeSet::new));
		Set<String> properties = properties();
		assertThat(named).allMatch((name) -> name.equals("matrixone.command")
				|| properties.stream().anyMatch((known) -> known.equals(name) || known.startsWith(name + '.')));
	}

	@Test
	void scenariosWithBranchesAreThoseThatAreTested() throws IOException {
		String page = Files.readString(ROOT.resolve("docs/scenarios.md"));
		String tested = onOneLine(Files.readString(SCENARIOS));
		List<String> samples = SAMPLE.matcher(page.substring(page.indexOf("\n## With branches\n")))
			.results()
			.map((sample) -> onOneLine(sample.group(1)))
			.toList();
		assertThat(samples).isNotEmpty().allSatisfy((sample) -> assertThat(tested).contains(sample));
	}

	private static String onOneLine(String code) {
		return code.strip().replaceAll("\\s+", " ");
	}

	private static Set<String> anchors(Path page) throws IOException {
		return HEADING.matcher(Files.readString(page))
			.results()
			.map((heading) -> heading.group(1)
				.toLowerCase(Locale.ROOT)
				.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
				.replaceAll("[^\\p{L}\\p{N}\\s_-]", "")
				.replace(' ', '-'))
			.collect(Collectors.toSet());
	}

	private static Set<String> sources() throws IOException {
		try (Stream<Path> files = Files.walk(ROOT)) {
			return files.map((file) -> file.getFileName().toString())
				.filter((name) -> name.endsWith(".java"))
				.map((name) -> name.substring(0, name.length() - ".java".length()))
				.collect(Collectors.toSet());
		}
	}

	@SuppressWarnings("unchecked")
	private static Set<String> properties() throws IOException {
		Set<String> names = new TreeSet<>();
		for (Resource metadata : new PathMatchingResourcePatternResolver()
			.getResources("classpath*:META-INF/spring-configuration-metadata.json")) {
			((List<Map<String, Object>>) JsonParserFactory.getJsonParser()
				.parseMap(metadata.getContentAsString(StandardCharsets.UTF_8))
				.get("properties")).forEach((property) -> names.add((String) property.get("name")));
		}
		return names;
	}

}
