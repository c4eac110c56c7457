package io.github.matrixone.spring.contract.slices;

import org.mybatis.spring.boot.test.autoconfigure.MybatisTest;
import org.springframework.beans.factory.annotation.Autowired;

@MybatisTest
class MybatisSliceTests extends SliceContract {

	@Autowired
	SliceItemMapper mapper;

	@Override
	void save(int id, String name) {
		this.mapper.insert(id, name);
	}

}
