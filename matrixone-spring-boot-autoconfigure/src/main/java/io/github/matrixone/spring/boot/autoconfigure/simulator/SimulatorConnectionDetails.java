package io.github.matrixone.spring.boot.autoconfigure.simulator;

import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/**
 * Where the simulator's database is.
 *
 * @param getJdbcUrl the URL
 */
record SimulatorConnectionDetails(String getJdbcUrl) implements JdbcConnectionDetails {

	@Override
	public String getUsername() {
		return "sa";
	}

	@Override
	public String getPassword() {
		return "";
	}

	@Override
	public String getDriverClassName() {
		return "org.h2.Driver";
	}

}
