package io.github.matrixone.spring.contract.wire;

import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Options;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.apache.ibatis.cursor.Cursor;
import org.apache.ibatis.mapping.StatementType;

/**
 * Statements of MyBatis.
 */
interface WireItemMapper {

	@Insert("INSERT INTO item (id) VALUES (#{id})")
	void insert(@Param("id") long id);

	@Update("UPDATE item SET q = 1 WHERE id = ${id}")
	@Options(statementType = StatementType.STATEMENT)
	void updateByText(@Param("id") long id);

	@Update("UPDATE item SET q = 1 WHERE id = #{id}")
	void update(@Param("id") long id);

	@Select("SELECT id FROM item WHERE id > #{id}")
	@Options(fetchSize = Integer.MIN_VALUE)
	Cursor<Long> stream(@Param("id") long id);

	@Update("{CALL change(#{id})}")
	@Options(statementType = StatementType.CALLABLE)
	void call(@Param("id") long id);

	@Update("UPDATE item SET q = 1 WHERE id = #{id}; UPDATE item SET q = 2 WHERE id = #{id}")
	void updateTwice(@Param("id") long id);

}
