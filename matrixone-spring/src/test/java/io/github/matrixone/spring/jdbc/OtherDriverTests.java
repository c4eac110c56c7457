package io.github.matrixone.spring.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;

import javax.sql.DataSource;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;

/**
 * Drivers that are older than {@code isWrapperFor}, such as jTDS, or do not answer it,
 * such as Hive's.
 */
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

}
