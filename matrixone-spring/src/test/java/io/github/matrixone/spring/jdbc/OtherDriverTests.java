package io.github.matrixone.spring.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;

/**
 * Other drivers than Connector/J. Some are older than {@code isWrapperFor}, such as jTDS,
 * or do not answer it, such as Hive's.
 */
@ExtendWith(OutputCaptureExtension.class)
class OtherDriverTests {

	static Throwable[] answers() {
		return new Throwable[] { new AbstractMethodError(),
				new SQLFeatureNotSupportedException("Method not supported") };
	}

	@ParameterizedTest
	@MethodSource("answers")
	void connectionsThatDoNotSayWhatIsBeneathAreLeftAsTheyAre(Throwable answer) throws SQLException {
		DataSource dataSource = mock();
		Connection connection = mock();
		given(dataSource.getConnection()).willReturn(connection);
		given(connection.isWrapperFor(any())).willAnswer((invocation) -> {
			throw answer;
		});
		assertThat(new MatrixOneDataSource(dataSource).getConnection()).isSameAs(connection);
		then(connection).should(never()).close();
	}

	@Test
	void warnsOnceOfAnotherDriverThatIsConnectedToMatrixOne(CapturedOutput output) throws SQLException {
		MySqlConnection connection = mock();
		DatabaseMetaData server = mock();
		given(connection.getMetaData()).willReturn(server);
		given(server.getDatabaseProductVersion()).willReturn("8.0.30-MatrixOne-v4.2.0");
		DataSource dataSource = mock();
		given(dataSource.getConnection()).willReturn(connection);
		MatrixOneDataSource matrixOne = new MatrixOneDataSource(dataSource);
		assertThat(matrixOne.getConnection()).isSameAs(connection);
		assertThat(matrixOne.getConnection()).isSameAs(connection);
		assertThat(output).containsOnlyOnce("Connected to MatrixOne with another driver");
	}

	@Test
	void asksTheDriverOfAnotherDatabaseNothing() throws SQLException {
		Connection connection = mock();
		DataSource dataSource = mock();
		given(dataSource.getConnection()).willReturn(connection);
		assertThat(new MatrixOneDataSource(dataSource).getConnection()).isSameAs(connection);
		then(connection).should(never()).getMetaData();
	}

	/**
	 * Of a class that is named as those of Connector/J 5.1 are:
	 * {@code com.mysql.jdbc.JDBC4Connection}.
	 */
	interface MySqlConnection extends Connection {

	}

}
