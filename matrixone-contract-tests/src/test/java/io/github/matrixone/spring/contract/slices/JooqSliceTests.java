package io.github.matrixone.spring.contract.slices;

import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jooq.test.autoconfigure.JooqTest;

@JooqTest
class JooqSliceTests extends SliceContract {

	@Autowired
	DSLContext dsl;

	@Override
	void save(int id, String name) {
		this.dsl.insertInto(DSL.table("item"), DSL.field("id"), DSL.field("name")).values(id, name).execute();
	}

}
