package io.github.matrixone.spring.contract.errors;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

import io.github.matrixone.spring.boot.autoconfigure.MatrixOneDataSourceAutoConfiguration;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What an application with JPA says that does not start because it gets no connection:
 * Hibernate swallows why.
 */
@EnabledIfServer
@ExtendWith(OutputCaptureExtension.class)
class StartFailureTests {

	private final ServerUnderTest server = ServerUnderTest.get();

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			mo_catalog?sslMode=REQUIRED                                   | remove sslMode
			mo_catalog?sessionVariables=innodb_lock_wait_timeout=5        | use lock_wait_timeout
			there_is_no_such_database                                     | createDatabaseIfNotExist=true
			""")
	void namesTheSettingOrTheDatabase(String database, String cure, CapturedOutput output) {
		assertThatException()
			.isThrownBy(() -> start(this.server.url() + database, "--spring.datasource.password=" + password()));
		assertThat(analysisIn(output)).contains(cure).doesNotContain("Hibernate got no connection");
	}

	@ParameterizedTest
	@CsvSource({ "jdbc:mysql:", "jdbc:matrixone:mysql:" })
	void refusesAUrlOfSeveralHosts(String scheme, CapturedOutput output) {
		String url = scheme + "loadbalance:" + this.server.url().substring("jdbc:mysql:".length()) + "mo_catalog";
		assertThatException().isThrownBy(() -> start(url, "--spring.datasource.password=" + password()));
		assertThat(analysisIn(output)).contains("Name one host in spring.datasource.url");
	}

	@ParameterizedTest
	@CsvSource("s3cret-of-nobody")
	void namesTheUserWithoutAnyPassword(String password, CapturedOutput output) {
		assertThatException()
			.isThrownBy(() -> start(this.server.url() + "mo_catalog", "--spring.datasource.password=" + password));
		assertThat(analysisIn(output)).contains("Correct spring.datasource.username and spring.datasource.password")
			.doesNotContain(password);
	}

	private static String analysisIn(CapturedOutput output) {
		return output.toString().substring(output.toString().indexOf("APPLICATION FAILED TO START"));
	}

	private String password() {
		return this.server.password();
	}

	private void start(String url, String password) {
		new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.run("--spring.datasource.url=" + url, "--spring.datasource.username=" + this.server.username(), password,
					"--spring.datasource.hikari.connection-timeout=2000")
			.close();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, MatrixOneDataSourceAutoConfiguration.class,
			HibernateJpaAutoConfiguration.class })
	static class Application {

	}

}
