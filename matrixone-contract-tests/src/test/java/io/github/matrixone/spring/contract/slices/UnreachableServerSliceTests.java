package io.github.matrixone.spring.contract.slices;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase;
import org.springframework.boot.jdbc.test.autoconfigure.JdbcTest;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

import io.github.matrixone.spring.jdbc.MatrixOneDriver;
import io.github.matrixone.spring.snapshot.SnapshotOperations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@JdbcTest(properties = { "spring.datasource.url=jdbc:mysql://127.0.0.1:1/shop",
		"spring.datasource.hikari.connection-timeout=1000", "spring.sql.init.mode=never" })
@AutoConfigureTestDatabase(replace = AutoConfigureTestDatabase.Replace.NONE)
@Transactional(propagation = Propagation.NOT_SUPPORTED)
class UnreachableServerSliceTests {

	@Autowired
	SnapshotOperations snapshots;

	@Autowired
	DataSource dataSource;

	@Test
	void theSliceStartsWithoutAConnection() {
		assertThat(this.dataSource).asInstanceOf(InstanceOfAssertFactories.type(HikariDataSource.class))
			.extracting(HikariDataSource::getDriverClassName)
			.isEqualTo(MatrixOneDriver.class.getName());
		assertThatExceptionOfType(CannotGetJdbcConnectionException.class).isThrownBy(this.snapshots::list);
	}

}
