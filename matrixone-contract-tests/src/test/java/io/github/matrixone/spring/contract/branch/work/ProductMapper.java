package io.github.matrixone.spring.contract.branch.work;

import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Select;

@Mapper
interface ProductMapper {

	@Select("SELECT name FROM product WHERE id = #{id}")
	String name(long id);

}
