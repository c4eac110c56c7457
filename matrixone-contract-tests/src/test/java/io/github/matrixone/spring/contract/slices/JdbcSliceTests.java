package io.github.matrixone.spring.contract.slices;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.test.autoconfigure.JdbcTest;
import org.springframework.jdbc.core.simple.JdbcClient;

@JdbcTest
class JdbcSliceTests extends SliceContract {

	@Autowired
	JdbcClient jdbcClient;

	@Override
	void save(int id, String name) {
		this.jdbcClient.sql("INSERT INTO item (id, name) VALUES (?, ?)").param(id).param(name).update();
	}

}
