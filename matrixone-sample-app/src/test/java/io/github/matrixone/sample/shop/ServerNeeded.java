package io.github.matrixone.sample.shop;

import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What clients see of price reviews, and of imports taken back, where there are neither
 * branches nor a past.
 */
abstract class ServerNeeded extends ShopBehaviour {

	@Autowired
	private MockMvcTester mvc;

	@ParameterizedTest
	@MethodSource("endpoints")
	void saysHowToGetAServer(HttpMethod method, String path) {
		assertThat(this.mvc.method(method).uri(path).contentType(MediaType.APPLICATION_JSON).content("{\"price\": 1}"))
			.hasStatus(HttpStatus.NOT_IMPLEMENTED)
			.hasContentType(MediaType.APPLICATION_PROBLEM_JSON)
			.bodyJson()
			.hasPathSatisfying("$.title", (title) -> assertThat(title).isEqualTo("Needs a MatrixOne server"))
			.hasPathSatisfying("$.detail",
					(detail) -> assertThat(detail).asString()
						.contains("only a MatrixOne server has", "simulator",
								"docker compose -f " + "matrixone-sample-app/compose.yaml up",
								"--spring.profiles.active=matrixone"));
		assertThat(tables()).containsExactly(TABLES);
	}

	static Stream<Arguments> endpoints() {
		return Stream.of(Arguments.of(HttpMethod.GET, "/price-reviews"),
				Arguments.of(HttpMethod.POST, "/price-reviews/spring"),
				Arguments.of(HttpMethod.POST, "/price-reviews/again?from=spring"),
				Arguments.of(HttpMethod.GET, "/price-reviews/spring"),
				Arguments.of(HttpMethod.PUT, "/price-reviews/spring/products/pencil"),
				Arguments.of(HttpMethod.POST, "/price-reviews/spring/publish?seen=x"),
				Arguments.of(HttpMethod.DELETE, "/price-reviews/spring"),
				Arguments.of(HttpMethod.GET, "/imports/bad/changes"),
				Arguments.of(HttpMethod.POST, "/imports/bad/undo?sku=pencil"));
	}

}
