package io.github.matrixone.spring.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;

import javax.sql.DataSource;

import com.mysql.cj.conf.PropertyKey;
import com.mysql.cj.jdbc.JdbcConnection;
import com.mysql.cj.jdbc.JdbcPropertySetImpl;
import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.jdbc.MatrixOneDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

class DriverAdjustingDataSourceTests {

	private final JdbcPropertySetImpl settings = new JdbcPropertySetImpl();

	private final Connection connection = mock(Connection.class);

	private final DatabaseMetaData metaData = mock(DatabaseMetaData.class);

	private final DataSource pool = mock(DataSource.class);

	private final JdbcConnection physical = mock(JdbcConnection.class);

	DriverAdjustingDataSourceTests() throws SQLException {
		this.settings.initializeProperties(new Properties());
		this.settings.getBooleanProperty(PropertyKey.useInformationSchema).setValue(true);
		given(this.physical.getPropertySet()).willReturn(this.settings);
		given(this.pool.getConnection()).willReturn(this.connection);
		given(this.connection.getMetaData()).willReturn(this.metaData);
		given(this.connection.isWrapperFor(JdbcConnection.class)).willReturn(true);
		given(this.connection.unwrap(JdbcConnection.class)).willReturn(this.physical);
		given(this.metaData.getDatabaseProductVersion()).willReturn("8.0.30-MatrixOne-v4.2.0");
	}

	@Test
	void adjustsAConnectionBehindAPoolAndReturnsItAsItIs() throws SQLException {
		assertThat(new DriverAdjustingDataSource(this.pool).getConnection()).isSameAs(this.connection);
		assertThat(useInformationSchema()).isFalse();
	}

	@Test
	void leavesAnotherServerAlone() throws SQLException {
		given(this.metaData.getDatabaseProductVersion()).willReturn("8.4.0");
		new DriverAdjustingDataSource(this.pool).getConnection();
		assertThat(useInformationSchema()).isTrue();
	}

	@Test
	void leavesAnotherDriverAlone() throws SQLException {
		given(this.connection.isWrapperFor(JdbcConnection.class)).willReturn(false);
		assertThat(new DriverAdjustingDataSource(this.pool).getConnection()).isSameAs(this.connection);
		assertThat(useInformationSchema()).isTrue();
	}

	@Test
	void givesAConnectionBackThatItCannotAdjust() throws SQLException {
		given(this.connection.unwrap(JdbcConnection.class)).willThrow(new SQLException("closed"));
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> new DriverAdjustingDataSource(this.pool).getConnection());
		verify(this.connection).close();
	}

	@Test
	void theTransactionalDataSourceRefusesADriverThatChoosesTheHostAndGivesItsConnectionBack() throws SQLException {
		given(this.physical.isProxySet()).willReturn(true);
		given(this.connection.createStatement()).willThrow(new SQLException("closed"));
		assertThatExceptionOfType(SQLFeatureNotSupportedException.class)
			.isThrownBy(() -> new MatrixOneDataSource(this.pool).getConnection())
			.withMessageContainingAll("several hosts", "Name one host");
		verify(this.connection).close();
	}

	@Test
	void theTransactionalDataSourceLeavesSeveralHostsOfAnotherServerAlone() throws SQLException {
		given(this.physical.isProxySet()).willReturn(true);
		given(this.metaData.getDatabaseProductVersion()).willReturn("8.4.0");
		assertThat(new MatrixOneDataSource(this.pool).getConnection()).isSameAs(this.connection);
	}

	@Test
	void isWhatTheTransactionalDataSourceDoesAsWell() throws SQLException {
		given(this.connection.getAutoCommit()).willReturn(true);
		MatrixOneDataSource dataSource = new MatrixOneDataSource(this.pool);
		dataSource.setAdjustDriver(false);
		dataSource.getConnection();
		assertThat(useInformationSchema()).isTrue();
		dataSource.setAdjustDriver(true);
		dataSource.getConnection();
		assertThat(useInformationSchema()).isFalse();
	}

	private boolean useInformationSchema() {
		return this.settings.getBooleanProperty(PropertyKey.useInformationSchema).getValue();
	}

}
