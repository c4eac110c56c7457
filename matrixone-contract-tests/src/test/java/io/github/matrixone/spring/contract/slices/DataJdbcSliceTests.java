package io.github.matrixone.spring.contract.slices;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.data.jdbc.test.autoconfigure.DataJdbcTest;
import org.springframework.data.jdbc.core.JdbcAggregateTemplate;

@DataJdbcTest
class DataJdbcSliceTests extends SliceContract {

	@Autowired
	JdbcAggregateTemplate aggregates;

	@Override
	void save(int id, String name) {
		this.aggregates.insert(new SliceItemRow(id, name));
	}

}
