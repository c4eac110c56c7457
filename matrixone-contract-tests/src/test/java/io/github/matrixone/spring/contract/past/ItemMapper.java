package io.github.matrixone.spring.contract.past;

import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Select;

/**
 * The same for MyBatis.
 */
@Mapper
interface ItemMapper {

	@Select("SELECT name FROM item WHERE id = #{id}")
	String name(long id);

}
