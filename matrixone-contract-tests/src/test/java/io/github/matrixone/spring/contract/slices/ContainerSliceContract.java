package io.github.matrixone.spring.contract.slices;

import java.sql.Connection;

import com.mysql.cj.conf.PropertyKey;
import com.mysql.cj.jdbc.JdbcConnection;
import jakarta.persistence.EntityManagerFactory;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

import io.github.matrixone.spring.hibernate.MatrixOneDialect;
import io.github.matrixone.spring.jdbc.MatrixOneBackend;
import io.github.matrixone.spring.jdbc.ServerBackend;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a slice on a server of Testcontainers promises beside what every slice does.
 */
abstract class ContainerSliceContract extends DataJpaSliceTests {

	private final String database;

	@Autowired
	MatrixOneBackend backend;

	@Autowired
	EntityManagerFactory entityManagerFactory;

	ContainerSliceContract(String database) {
		this.database = database;
	}

	@Test
	void theServerIsNotReplaced() {
		assertThat(this.backend).isInstanceOf(ServerBackend.class);
		assertThat(new JdbcTemplate(this.dataSource).queryForObject("SELECT database()", String.class))
			.isEqualTo(this.database);
	}

	@Test
	void hibernateFindsTheDialect() {
		assertThat(this.entityManagerFactory.unwrap(SessionFactoryImplementor.class).getJdbcServices().getDialect())
			.isInstanceOf(MatrixOneDialect.class);
	}

	@Test
	void theDriverIsAdjusted() throws Exception {
		try (Connection connection = this.dataSource.getConnection()) {
			assertThat(connection.unwrap(JdbcConnection.class)
				.getPropertySet()
				.getBooleanProperty(PropertyKey.useInformationSchema)
				.getValue()).isFalse();
		}
	}

}
